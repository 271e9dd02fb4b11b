with

members as (

    {{
        attribute_rows(
            ref('stg_pospal__members'),
            source='pospal_member',
            record="'pospal_member:' || pospal_customer_uid",
            seen_at='coalesce(_exported_at, registered_at)',
            attributes=[
                {'attribute': 'name', 'column': plain_name('real_name'), 'verified': 'true'},
                {'attribute': 'birth_date', 'column': birth_date('birthday'), 'verified': 'true'},
                {'attribute': 'birth_day', 'column': birth_day('birthday'), 'verified': 'true'},
                {'attribute': 'member_level', 'column': 'member_level', 'verified': 'true'},
                {'attribute': 'email', 'column': 'email', 'verified': 'false'},
            ]
        )
    }}

),

taobao_members as (

    {{
        attribute_rows(
            ref('stg_taobao__members'),
            source='taobao_member',
            record="'taobao_member:' || taobao_open_uid",
            seen_at='coalesce(_exported_at, last_trade_at)',
            attributes=[
                {'attribute': 'member_level', 'column': 'member_level', 'verified': 'true'},
            ]
        )
    }}

),

form_entries as (

    {{
        attribute_rows(
            ref('stg_jinshuju__entries'),
            source='jinshuju_entry',
            record="'jinshuju_entry:' || form_id || ':' || entry_no",
            seen_at='coalesce(updated_at, submitted_at)',
            attributes=[
                {'attribute': 'name', 'column': plain_name('real_name'), 'verified': 'false'},
                {'attribute': 'nickname', 'column': 'nickname', 'verified': 'true'},
                {'attribute': 'gender', 'column': gender('gender'), 'verified': 'true'},
                {
                    'attribute': 'birth_date',
                    'column': birth_date(json_str('answers', '$.field_5')),
                    'verified': 'false',
                },
                {
                    'attribute': 'birth_day',
                    'column': birth_day(json_str('answers', '$.field_5')),
                    'verified': 'false',
                },
            ]
        )
    }}

),

form_users as (

    {{
        attribute_rows(
            ref('stg_linkwechat__survey_users'),
            source='linkwechat_survey_user',
            record="'linkwechat_survey_user:' || _content_hash",
            seen_at='submitted_at',
            attributes=[
                {'attribute': 'nickname', 'column': 'nickname', 'verified': 'false'},
            ]
        )
    }}

),

survey_answers as (

    {{
        attribute_rows(
            ref('stg_wjx__answers'),
            source='wjx_answers',
            record="'wjx_answers:' || answer_no || ':' || cast(submitted_at as string)",
            seen_at='submitted_at',
            attributes=[
                {'attribute': 'gender', 'column': gender('gender'), 'verified': 'false'},
            ]
        )
    }}

),

till_sales as (

    {{
        attribute_rows(
            ref('stg_pos__sales'),
            source='pos_sales',
            record="case when member_no is not null then 'order:' || order_id end",
            seen_at='sold_at',
            attributes=[
                {'attribute': 'name', 'column': plain_name('real_name'), 'verified': 'true'},
            ]
        )
    }}

),

final as (

    select * from members
    union all
    select * from taobao_members
    union all
    select * from form_entries
    union all
    select * from form_users
    union all
    select * from survey_answers
    union all
    select * from till_sales

)

select * from final
