with

final as (

    select distinct
        case
            when record_type = 'track_signup' then distinct_id
            else coalesce(login_id, identity_login_id)
        end as login_id
    from {{ ref('stg_sensors__events') }}
    where record_type = 'track_signup' or login_id is not null or identity_login_id is not null

)

select * from final
