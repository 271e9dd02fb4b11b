{{ config(materialized='handoff') }}

with

linkwechat_customers as (

    {{
        attribute_rows(
            ref('stg_linkwechat__customers'),
            source='linkwechat_customer',
            record="'linkwechat_customer:' || coalesce(unionid, _content_hash) || ':' || staff_userid",
            seen_at='coalesce(_exported_at, ' ~ start_of_day('added_on') ~ ')',
            attributes=[
                {'attribute': 'nickname', 'column': 'nickname', 'verified': 'false'},
                {'attribute': 'gender', 'column': gender('gender'), 'verified': 'false'},
                {
                    'attribute': 'birth_date',
                    'column': 'cast(birthday as string)',
                    'verified': 'false',
                },
                {
                    'attribute': 'birth_day',
                    'column': 'substr(cast(birthday as string), 6, 5)',
                    'verified': 'false',
                },
                {'attribute': 'email', 'column': 'email', 'verified': 'false'},
                {
                    'attribute': 'province',
                    'column': province(text_part('area', '/', 1)),
                    'verified': 'false',
                },
                {'attribute': 'city', 'column': city(text_part('area', '/', 2)), 'verified': 'false'},
            ]
        )
    }}

),

mochat_contacts as (

    {{
        attribute_rows(
            ref('stg_mochat__contacts'),
            source='mochat_contact',
            record="'mochat_contact:' || mochat_contact_id",
            seen_at='coalesce(updated_at, created_at, _exported_at)',
            attributes=[
                {'attribute': 'nickname', 'column': 'nickname', 'verified': 'true'},
                {'attribute': 'gender', 'column': gender('gender'), 'verified': 'true'},
            ]
        )
    }}

),

final as (

    select * from linkwechat_customers
    union all
    select * from mochat_contacts

)

select * from final
